import { editor } from "monaco-editor/editor";
// What the editor can do; what is left out (completion of code, references, colours) needs a language server or is of no use here.
import "monaco-editor/features/anchorSelect/register";
import "monaco-editor/features/bracketMatching/register";
import "monaco-editor/features/caretOperations/register";
import "monaco-editor/features/clipboard/register";
import "monaco-editor/features/codicon/register";
import "monaco-editor/features/comment/register";
import "monaco-editor/features/contextmenu/register";
import "monaco-editor/features/cursorUndo/register";
import "monaco-editor/features/diffEditor/register";
import "monaco-editor/features/find/register";
import "monaco-editor/features/folding/register";
import "monaco-editor/features/format/register";
import "monaco-editor/features/gotoError/register";
import "monaco-editor/features/gotoLine/register";
import "monaco-editor/features/hover/register";
import "monaco-editor/features/indentation/register";
import "monaco-editor/features/lineSelection/register";
import "monaco-editor/features/linesOperations/register";
import "monaco-editor/features/links/register";
import "monaco-editor/features/multicursor/register";
import "monaco-editor/features/readOnlyMessage/register";
import "monaco-editor/features/smartSelect/register";
import "monaco-editor/features/suggest/register";
import "monaco-editor/features/toggleTabFocusMode/register";
import "monaco-editor/features/unicodeHighlighter/register";
import "monaco-editor/features/unusualLineTerminators/register";
import "monaco-editor/features/wordHighlighter/register";
import "monaco-editor/features/wordOperations/register";
import "monaco-editor/languages/definitions/css/register";
import "monaco-editor/languages/definitions/dockerfile/register";
import "monaco-editor/languages/definitions/html/register";
import "monaco-editor/languages/definitions/ini/register";
import "monaco-editor/languages/definitions/javascript/register";
import "monaco-editor/languages/definitions/markdown/register";
import "monaco-editor/languages/definitions/python/register";
import "monaco-editor/languages/definitions/shell/register";
import "monaco-editor/languages/definitions/sql/register";
import "monaco-editor/languages/definitions/typescript/register";
import "monaco-editor/languages/definitions/xml/register";
import "monaco-editor/languages/definitions/yaml/register";
import "monaco-editor/languages/features/json/register";

self.MonacoEnvironment = {
  getWorker: (_, label) =>
    label === "json"
      ? new Worker(new URL("monaco-editor/language/json/json.worker.js", import.meta.url), { type: "module" })
      : new Worker(new URL("monaco-editor/editor/editor.worker.js", import.meta.url), { type: "module" }),
};

const shared = (dark: boolean) =>
  dark
    ? {
        ground: "#0f0b1a",
        ink: "#ece8f7",
        soft: "#a9a1c0",
        raised: "#191429",
        line: "#2a2240",
        fill: "#211a35",
        focus: "#a78bfa",
      }
    : {
        ground: "#ffffff",
        ink: "#1b1430",
        soft: "#5d5478",
        raised: "#ffffff",
        line: "#ddd6ec",
        fill: "#ece8f6",
        focus: "#7c3aed",
      };

// Monaco reads no CSS variables: these are the colours of globals.css.
for (const dark of [true, false]) {
  const { ground, ink, soft, raised, line, fill, focus } = shared(dark);
  editor.defineTheme(dark ? "botyard-dark" : "botyard-light", {
    base: dark ? "vs-dark" : "vs",
    inherit: true,
    rules: [],
    colors: {
      "editor.background": ground,
      "editor.foreground": ink,
      "editorLineNumber.foreground": soft,
      "editorLineNumber.activeForeground": ink,
      "editor.lineHighlightBackground": dark ? "#191429" : "#f7f5fc",
      "editor.lineHighlightBorder": "#00000000",
      "editorGutter.background": ground,
      "editorWidget.background": raised,
      "editorWidget.border": line,
      "editorHoverWidget.background": raised,
      "input.background": ground,
      "dropdown.background": raised,
      "list.hoverBackground": fill,
      "list.activeSelectionBackground": fill,
      "list.activeSelectionForeground": ink,
      "menu.background": raised,
      "menu.foreground": ink,
      "menu.selectionBackground": fill,
      "menu.selectionForeground": ink,
      focusBorder: focus,
    },
  });
}

export { editor };
