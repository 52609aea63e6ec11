import { useEffect, useRef, useState } from "preact/hooks";

interface DropZoneProps {
  /** Whether files are there already: then it takes little room. */
  small: boolean;
  onFiles(files: File[]): void;
}

const extensions = ".csv,.tsv,.txt,.jsonl,.ndjson,.json,.parquet,.pq,.npy,.npz,.gz,.zst";

/** A button that opens the file chooser; files may be dropped on it, or anywhere on the page. */
export function DropZone({ small, onFiles }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = useRef(onFiles);
  take.current = onFiles;
  useEffect(() => {
    const holds = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const listeners: [string, (event: DragEvent) => void][] = [
      [
        "dragover",
        (event) => {
          if (!holds(event)) return;
          event.preventDefault();
          setOver(true);
        },
      ],
      ["dragleave", (event) => event.relatedTarget === null && setOver(false)],
      [
        "drop",
        (event) => {
          setOver(false);
          if (!holds(event)) return;
          event.preventDefault();
          take.current([...(event.dataTransfer?.files ?? [])]);
        },
      ],
    ];
    for (const [name, listener] of listeners) addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of listeners) removeEventListener(name, listener as EventListener);
    };
  }, []);
  return (
    <>
      <button
        type="button"
        class={`drop${small ? " small" : ""}${over ? " over" : ""}`}
        onClick={() => input.current?.click()}
      >
        {small ? (
          "Add a file"
        ) : (
          <>
            <strong>Drop predictions here, or choose files</strong>
            <span>CSV, TSV, JSON lines, Parquet, .npy, .npz; text also as .gz or .zst</span>
            <span>Several files are several models. Statistics and evaluations of xent open, too.</span>
          </>
        )}
      </button>
      <input
        ref={input}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-hidden="true"
        multiple
        accept={extensions}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          take.current(files);
        }}
      />
    </>
  );
}
