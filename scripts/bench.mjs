import { onSupportedNode } from "./node-version.mjs";

onSupportedNode(() => import("./steps/bench.mjs"));
