import { Skeleton } from "../../ui/skeleton";

/** A bot's page before it is there: the same shape, so that nothing jumps. */
export const BotSkeleton = () => (
  <div className="flex flex-col gap-4">
    <Skeleton className="h-5 w-20" />
    <Skeleton className="h-9 w-64 max-w-full" />
    <Skeleton className="h-5 w-96 max-w-full" />
    <Skeleton className="h-20 rounded-xl" />
    <Skeleton className="h-11" />
    <Skeleton className="h-96 rounded-xl" />
  </div>
);
