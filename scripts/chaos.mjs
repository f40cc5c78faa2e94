import { onSupportedNode } from "./node-version.mjs";

onSupportedNode(() => import("./steps/chaos.mjs"));
