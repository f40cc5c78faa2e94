import type { editor } from "./setup";

/** How every editor looks. A phone keeps its width for the text. */
export function optionsOf(narrow: boolean): editor.IStandaloneEditorConstructionOptions {
  return {
    automaticLayout: true,
    fontFamily: getComputedStyle(document.body).getPropertyValue("--font-jetbrains") || "monospace",
    fontSize: narrow ? 14 : 13,
    fontLigatures: false,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    smoothScrolling: false,
    renderWhitespace: "selection",
    fixedOverflowWidgets: true,
    wordWrap: narrow ? "on" : "off",
    lineNumbersMinChars: narrow ? 3 : 4,
    folding: !narrow,
    glyphMargin: false,
    overviewRulerLanes: 0,
    scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
    padding: { top: 8, bottom: 8 },
    stickyScroll: { enabled: false },
    tabSize: 2,
    detectIndentation: true,
    unicodeHighlight: { ambiguousCharacters: false },
  };
}
