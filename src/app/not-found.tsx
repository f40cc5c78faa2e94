import { NothingHere } from "#components/layout/nothing-here";

export default function NotFound() {
  return (
    <main className="mx-auto max-w-2xl p-6 pt-16">
      <NothingHere />
    </main>
  );
}
