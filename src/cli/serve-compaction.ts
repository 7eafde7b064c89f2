import type { DiversionService } from "../http/service";
import type { StatusFile } from "../node/logs/status-file";

/** Compacts a log whenever it holds more changes than it should, and again only once it has grown to twice what is left. */
export function keepShort(
  status: Pick<StatusFile, "changesInLog" | "onEntry">,
  service: Pick<DiversionService, "compact">,
  above: number,
  tell: (text: string) => void,
): void {
  let limit = above;
  let isUnderWay = false;
  const look = async (): Promise<void> => {
    if (isUnderWay || status.changesInLog <= limit) return;
    isUnderWay = true;
    try {
      const { archive, changesBefore, changesAfter } = await service.compact();
      if (archive !== undefined) tell(`status log compacted, ${changesBefore} changes to ${changesAfter}: ${archive}`);
    } catch (error) {
      tell(`status log not compacted: ${(error as Error).message}`);
    }
    limit = Math.max(above, 2 * status.changesInLog);
    isUnderWay = false;
  };
  status.onEntry(() => void look());
  void look();
}
