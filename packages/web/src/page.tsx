import { version } from "xent";
import { EvaluateTab } from "./evaluate/evaluate-tab.tsx";
import { Explorer } from "./explorer/explorer.tsx";
import { Tabs } from "./tabs.tsx";

export function Page() {
  return (
    <>
      <header class="page">
        <h1>xent</h1>
        <p>
          How good are predicted probabilities? Cross-entropy, how sure it is, and what can be done about it.
        </p>
      </header>
      <main>
        <Tabs
          label="What to do"
          tabs={[
            { id: "evaluate", title: "Evaluate", content: <EvaluateTab /> },
            { id: "explore", title: "Explore", content: <Explorer /> },
          ]}
        />
      </main>
      <footer class="page">
        <p>xent {version}</p>
      </footer>
    </>
  );
}
