import { useState } from "preact/hooks";
import { copyText } from "./copy-text.ts";

/** The command that computes the same, to copy. */
export function CommandBox({ command }: { command: string }) {
  const [copied, setCopied] = useState("");
  return (
    <div class="command">
      <h3 id="command-heading">The same on the command line</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section tabIndex={0} aria-labelledby="command-heading">
        <pre>{command}</pre>
      </section>
      <button
        type="button"
        onClick={async () => {
          await copyText(command);
          setCopied(command);
        }}
      >
        {copied === command ? "Copied" : "Copy"}
      </button>
    </div>
  );
}
