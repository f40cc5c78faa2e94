import { isToml } from "#contracts/covered";
import type { Desk, Draft } from "../desk";
import type { Doc } from "../docs";
import { languageOf } from "../language";
import { tomlProblem } from "../toml";
import { editor } from "./setup";

/** A draft and its text as Monaco holds it; it outlives the editor it is shown in. */
type ModelDraft = Draft & { model: editor.ITextModel; view: editor.ICodeEditorViewState | null };

const drafts = new WeakMap<Draft, ModelDraft>();

/** The draft of an open file; made at its first look. Its text must be here. */
export function draftOf(desk: Desk, doc: Doc): ModelDraft {
  const there = desk.draft(doc.key);
  const known = there && drafts.get(there);
  if (known) {
    const language = languageOf(doc.path);
    if (known.model.getLanguageId() !== language) editor.setModelLanguage(known.model, language);
    return known;
  }
  const model = editor.createModel(doc.content?.text ?? "", languageOf(doc.path));
  let saved = model.getAlternativeVersionId();
  const look = () => desk.touched(doc.key, model.getAlternativeVersionId() !== saved);
  const judge = () => mark(desk, doc, model);
  model.onDidChangeContent(() => {
    look();
    judge();
  });
  judge();
  const draft: ModelDraft = {
    model,
    view: null,
    take() {
      const version = model.getAlternativeVersionId();
      const settle = () => {
        saved = version;
        look();
      };
      return { text: model.getValue(), settle };
    },
    put(text, asSaved) {
      model.pushStackElement();
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
      model.pushStackElement();
      if (asSaved) saved = model.getAlternativeVersionId();
      look();
    },
    dispose: () => model.dispose(),
  };
  drafts.set(draft, draft);
  desk.attach(doc.key, draft);
  return draft;
}

/** A longer text is not looked through at every key, characters. */
const JUDGED = 256 * 1024;

/** Marks the place where a TOML stops being one. */
function mark(desk: Desk, { key, path }: Doc, model: editor.ITextModel): void {
  const problem = isToml(path) && model.getValueLength() <= JUDGED ? tomlProblem(model.getValue()) : null;
  desk.judged(key, problem);
  if (problem === null) {
    editor.setModelMarkers(model, "toml", []);
    return;
  }
  const { line, column, detail } = problem;
  const spot = {
    startLineNumber: line,
    startColumn: column,
    endLineNumber: line,
    endColumn: model.getLineMaxColumn(line),
  };
  // At the end of a line there is nothing to underline but what stands before it.
  if (spot.startColumn >= spot.endColumn) spot.startColumn = Math.max(1, spot.endColumn - 1);
  editor.setModelMarkers(model, "toml", [{ ...spot, severity: ERROR, message: detail }]);
}

/** MarkerSeverity.Error, which the part of the editor that is taken in does not bring as a value. */
const ERROR = 8;
