import { config } from "zod";

// zod tries `new Function` once to see whether it may compile; under our content policy that is a reported violation.
config({ jitless: true });
