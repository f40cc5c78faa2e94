/** Where programs are looked for, and all that the supervisors of the bench get from the environment of who runs it. */
export const path = (): string => process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
