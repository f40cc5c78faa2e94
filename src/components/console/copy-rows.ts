/** Whatever stands in a row but is no part of the log: times, buttons, the words of a level. */
const NOT_COPIED = ".select-none";

/**
 * Puts the selected part of a log on the clipboard as it was printed: whole rows as `textOf` tells them (folded lines too, without
 * colours), the first and last as far as they were selected.
 */
export function copyRows(event: ClipboardEvent, box: HTMLElement, textOf: (index: number) => string): void {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0 || !event.clipboardData) return;
  const range = selection.getRangeAt(0);
  const rows = [...box.querySelectorAll<HTMLElement>("[data-index]")]
    .filter((row) => range.intersectsNode(row))
    .sort((a, b) => Number(a.dataset.index) - Number(b.dataset.index));
  if (rows.length < 2) return;
  const texts = rows.map((row) => {
    const body = row.querySelector("[data-line]") ?? row;
    const part = textIn(shared(range, body));
    return part !== "" && part === textIn(all(body)) ? textOf(Number(row.dataset.index)) || part : part;
  });
  event.clipboardData.setData(
    "text/plain",
    texts.filter((text, index) => text !== "" || inner(index, texts)).join("\n"),
  );
  event.preventDefault();
}

// An empty line between others was printed; at either end it was only touched.
const inner = (index: number, texts: readonly string[]) => index > 0 && index < texts.length - 1;

function all(element: Element): Range {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range;
}

/** The part of a range within an element. */
function shared(range: Range, element: Element): Range {
  const part = all(element);
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0)
    part.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
  return part;
}

function textIn(range: Range): string {
  const part = range.cloneContents();
  for (const element of part.querySelectorAll(NOT_COPIED)) element.remove();
  return part.textContent ?? "";
}
