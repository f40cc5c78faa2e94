"use client";

import { FolderOpen, GitBranch, LayoutTemplate, Upload } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Template } from "#contracts/template";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "../../ui/tabs";
import { FolderForm } from "./folder-form";
import { GitForm } from "./git-form";
import { TemplateCards } from "./template-cards";
import { UploadForm } from "./upload-form";
import type { Choice } from "./use-import";

/** Where a bot's files can come from. */
export const ways = ["template", "git", "upload", "folder"] as const;
export type Way = (typeof ways)[number];

const icons = { template: LayoutTemplate, git: GitBranch, upload: Upload, folder: FolderOpen } as const;

/** Step one: where the files are. What was typed in one way stays while another is looked at. */
export function ChooseWay({
  templates,
  folderAllowed,
  first,
  hidden,
  onChoose,
}: {
  /** Null when the worker is away. */
  templates: readonly Template[] | null;
  folderAllowed: boolean;
  first: Way;
  /** Kept but not shown, so that going back finds everything as it was. */
  hidden: boolean;
  onChoose: (choice: Choice) => void;
}) {
  const t = useTranslations("newBot");
  const [way, setWay] = useState<string>(first === "folder" && !folderAllowed ? "template" : first);
  return (
    <Tabs value={way} onValueChange={setWay} hidden={hidden} className={hidden ? "hidden" : undefined}>
      <TabsList aria-label={t("waysLabel")} className="max-sm:grid max-sm:grid-cols-2">
        {ways
          .filter((each) => each !== "folder" || folderAllowed)
          .map((each) => {
            const Icon = icons[each];
            return (
              <TabsTrigger key={each} value={each}>
                <Icon aria-hidden />
                {t(`ways.${each}`)}
              </TabsTrigger>
            );
          })}
      </TabsList>
      <TabsContent value="template">
        <TemplateCards templates={templates} onChoose={onChoose} />
      </TabsContent>
      <TabsContent value="git" forceMount className="data-[state=inactive]:hidden">
        <GitForm onChoose={onChoose} />
      </TabsContent>
      <TabsContent value="upload" forceMount className="data-[state=inactive]:hidden">
        <UploadForm onChoose={onChoose} />
      </TabsContent>
      {folderAllowed ? (
        <TabsContent value="folder" forceMount className="data-[state=inactive]:hidden">
          <FolderForm onChoose={onChoose} />
        </TabsContent>
      ) : null}
    </Tabs>
  );
}
