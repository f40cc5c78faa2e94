import type { Desk, Draft } from "../desk";
import type { Doc } from "../docs";
import { languageOf } from "../language";
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
  model.onDidChangeContent(look);
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
