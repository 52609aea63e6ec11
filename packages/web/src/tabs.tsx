import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface TabsProps {
  label: string;
  tabs: { id: string; title: string; content: ComponentChildren }[];
}

/** Tabs as ARIA has them: arrows go from one to the next; the address remembers which. */
export function Tabs({ label, tabs }: TabsProps) {
  const fromHash = () =>
    Math.max(
      tabs.findIndex(({ id }) => location.hash === `#${id}`),
      0,
    );
  const [chosen, setChosen] = useState(fromHash);
  const buttons = useRef<(HTMLButtonElement | null)[]>([]);
  useEffect(() => {
    const follow = () => setChosen(fromHash());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  });
  const choose = (at: number) => {
    setChosen(at);
    history.replaceState(null, "", `#${tabs[at].id}`);
    buttons.current[at]?.focus();
  };
  const move = (event: KeyboardEvent) => {
    const to = { ArrowRight: chosen + 1, ArrowLeft: chosen - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose((to + tabs.length) % tabs.length);
  };
  return (
    <>
      <div role="tablist" aria-label={label} class="tabs">
        {tabs.map(({ id, title }, at) => (
          <button
            key={id}
            ref={(element) => {
              buttons.current[at] = element;
            }}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-controls={`panel-${id}`}
            aria-selected={at === chosen}
            tabIndex={at === chosen ? 0 : -1}
            onClick={() => choose(at)}
            onKeyDown={move}
          >
            {title}
          </button>
        ))}
      </div>
      {tabs.map(({ id, content }, at) => (
        <div key={id} role="tabpanel" id={`panel-${id}`} aria-labelledby={`tab-${id}`} hidden={at !== chosen}>
          {content}
        </div>
      ))}
    </>
  );
}
