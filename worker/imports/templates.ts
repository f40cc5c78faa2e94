import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#contracts/errors";
import { type Template, template } from "#contracts/template";

/** The starter bots there are, by title. A folder whose template.json is broken is a bug and throws. */
export async function listTemplates(templatesDir: string): Promise<Template[]> {
  const found: Template[] = [];
  for (const entry of await readdir(templatesDir, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const read = template.parse(JSON.parse(await readFile(join(templatesDir, entry.name, "template.json"), "utf8")));
    if (read.id !== entry.name) throw new Error(`templates/${entry.name}/template.json has the id “${read.id}”`);
    found.push(read);
  }
  return found.sort((a, b) => a.title.localeCompare(b.title));
}

/** The template of that id. AppError template_unknown names the ones there are. */
export async function findTemplate(templatesDir: string, id: string): Promise<Template> {
  const templates = await listTemplates(templatesDir);
  const found = templates.find((one) => one.id === id);
  if (found) return found;
  const names = templates
    .map((one) => one.id)
    .sort()
    .join(", ");
  throw new AppError("template_unknown", { template: id, templates: names });
}

/** Copies the files of a template to a folder that does not exist yet. */
export async function copyTemplate(templatesDir: string, id: string, folder: string): Promise<void> {
  await cp(join(templatesDir, id, "files"), folder, { recursive: true, errorOnExist: true, force: false });
}
