/** The person's environment with these in place of what it says; what belongs to another panel is taken out. */
export const environment = (values: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...process.env,
  DATABASE_URL: "",
  BOTYARD_PUBLIC_URL: "",
  BOTYARD_URL: "",
  BOTYARD_TOKEN: "",
  NO_COLOR: "1",
  ...values,
});
