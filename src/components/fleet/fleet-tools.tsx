"use client";

import { ArrowDownUp, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import type { BotView } from "#contracts/api/bots";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { Input } from "../ui/input";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../ui/select";
import { type Sorting, type StateFilter, sorting, stateFilter } from "./arrange";

const filterWords = {
  all: "filterAll",
  up: "filterUp",
  changing: "filterChanging",
  waiting: "filterWaiting",
  needsYou: "filterNeedsYou",
  down: "filterDown",
} as const satisfies Record<StateFilter, string>;

const sortWords = {
  name: "sortName",
  state: "sortState",
  uptime: "sortUptime",
  cpu: "sortCpu",
  memory: "sortMemory",
  newest: "sortNewest",
} as const satisfies Record<Sorting["by"], string>;

// Of numbers people want the largest first.
const downFirst = new Set<Sorting["by"]>(["uptime", "cpu", "memory"]);

/** A select has no empty value. */
const ALL = "all";

/** Search, filter by state and tag, and order. */
export function FleetTools({
  search,
  onSearch,
  filter,
  onFilter,
  counts,
  tags,
  tag,
  onTag,
  sort,
  onSort,
}: {
  search: string;
  onSearch: (search: string) => void;
  filter: StateFilter;
  onFilter: (filter: StateFilter) => void;
  counts: Record<StateFilter, number>;
  /** Those that the bots have; without any there is nothing to choose. */
  tags: BotView["tags"];
  /** The id of the chosen one; "" for all. */
  tag: string;
  onTag: (tag: string) => void;
  sort: Sorting;
  onSort: (sort: Sorting) => void;
}) {
  const t = useTranslations("fleet");
  const tTags = useTranslations("tags");
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2">
      <div className="relative min-w-0 flex-1 basis-52">
        <Search
          className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-3 size-4 text-muted-foreground"
          aria-hidden
        />
        <Input
          type="search"
          className="pl-9"
          placeholder={t("search")}
          aria-label={t("search")}
          value={search}
          onChange={(event) => onSearch(event.target.value)}
        />
      </div>
      <Select value={filter} onValueChange={(value) => onFilter(stateFilter.catch("all").parse(value))}>
        <SelectTrigger aria-label={t("filter")} className="w-40">
          <SelectValue />
        </SelectTrigger>
        <SelectContent>
          {stateFilter.options.map((option) => (
            <SelectItem key={option} value={option}>
              {t(filterWords[option])} <span className="text-muted-foreground tabular-nums">{counts[option]}</span>
            </SelectItem>
          ))}
        </SelectContent>
      </Select>
      {tags.length > 0 ? (
        <Select value={tag || ALL} onValueChange={(value) => onTag(value === ALL ? "" : value)}>
          <SelectTrigger aria-label={tTags("filter")} className="w-36">
            <SelectValue />
          </SelectTrigger>
          <SelectContent>
            <SelectItem value={ALL}>{tTags("all")}</SelectItem>
            {tags.map(({ id, name }) => (
              <SelectItem key={id} value={id}>
                {name}
              </SelectItem>
            ))}
          </SelectContent>
        </Select>
      ) : null}
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button variant="outline" className="font-normal">
            <ArrowDownUp aria-hidden />
            <span className="max-sm:sr-only">
              {t("sort")}: {t(sortWords[sort.by])}
            </span>
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <DropdownMenuRadioGroup
            value={sort.by}
            onValueChange={(value) => {
              const by = sorting.shape.by.catch("name").parse(value);
              onSort({ by, down: downFirst.has(by) });
            }}
          >
            {sorting.shape.by.options.map((by) => (
              <DropdownMenuRadioItem key={by} value={by}>
                {t(sortWords[by])}
              </DropdownMenuRadioItem>
            ))}
          </DropdownMenuRadioGroup>
        </DropdownMenuContent>
      </DropdownMenu>
    </div>
  );
}
