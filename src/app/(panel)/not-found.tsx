import { NothingHere } from "#components/layout/nothing-here";

export default function PanelNotFound() {
  return <NothingHere />;
}
