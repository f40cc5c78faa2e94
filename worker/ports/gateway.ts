import type { EventName, EventPayload } from "#contracts/events";
import type { Closer } from "./closer";

/** The live connections of browsers. */
export interface Gateway {
  /** Tells every viewer of the event's topics whose ticket carries its permission. */
  publish<Name extends EventName>(name: Name, payload: EventPayload<Name>): void;
  /** Closes every socket of a person, or of these sessions of theirs, and refuses the tickets that were given for them before. */
  drop(userId: string, sessionIds?: readonly string[]): void;
  /** Closes every socket, and refuses the tickets that were given before. */
  dropAll(): void;
  close: Closer;
}
