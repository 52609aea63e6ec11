// Times TensorFlow.js' loss and gradient of softmax cross-entropy on its wasm backend, float32:
//
//     node tfjs_speed.mjs '{"shapes": [[4096, 1024]], "repeats": 5}'
//
// It has no loss of integer labels: the one-hot targets are made beforehand and not timed. Prints one line of JSON
// a shape: the best milliseconds over `repeats` steps and at least a second, or {"rows", "classes", "skipped"} for
// a shape that its memory does not hold. Prints {"skipped": reason} where the library is absent.
import { createRequire } from "node:module";
import { dirname } from "node:path";

const { shapes, threads = 1, repeats = 5 } = JSON.parse(process.argv[2]);
const print = (line) => console.log(JSON.stringify(line));

// Its memory has 32-bit addresses, and the loss with its gradient needs at its peak 13 times the logits' bytes
// (tf.profile at 256 × 1000).
const mostLogits = 2 ** 32 / 4 / 13;

if (threads > 1) {
  // WASM_HAS_MULTITHREAD_SUPPORT is false in Node, whatever setThreadsCount says.
  print({ skipped: "TensorFlow.js' wasm backend has one thread in Node; its threads are for browsers" });
} else {
  const tf = await load();
  if (tf) for (const [rows, classes] of shapes) print({ rows, classes, threads, ...time(tf, rows, classes) });
}

/** TensorFlow.js on its wasm backend, or undefined, having said why. */
async function load() {
  try {
    const tf = await import("@tensorflow/tfjs");
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    const binaries = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
    setWasmPaths(`${dirname(binaries)}/`);
    if (!(await tf.setBackend("wasm"))) throw new Error("its wasm backend does not start");
    return tf;
  } catch (error) {
    print({ skipped: `TensorFlow.js is not there: ${firstLine(error)}` });
    return undefined;
  }
}

/** The best time of a loss with its gradient, or why there is none. */
function time(tf, rows, classes) {
  if (rows * classes > mostLogits) return { skipped: "its memory would need more than 4 GiB" };
  tf.engine().startScope();
  try {
    const logits = tf.randomNormal([rows, classes], 0, 3, "float32", 1);
    const labels = tf.randomUniform([rows], 0, classes, "int32", 2);
    const targets = tf.cast(tf.oneHot(labels, classes), "float32");
    const lossAndGradient = tf.valueAndGrad((x) => tf.losses.softmaxCrossEntropy(targets, x));
    const step = () => {
      const start = performance.now();
      const { value, grad } = lossAndGradient(logits);
      value.dataSync(); // the backend computes at once: when the value is read, the gradient is there too
      const taken = performance.now() - start;
      tf.dispose([value, grad]);
      return taken;
    };
    step(); // warm-up: memory grows, and the machine code is tiered up
    const until = performance.now() + 1000;
    let best = Number.POSITIVE_INFINITY;
    for (let done = 0; done < repeats || performance.now() < until; done++) best = Math.min(best, step());
    const library = `@tensorflow/tfjs ${tf.version.tfjs}, ${tf.getBackend()}`;
    return { library, milliseconds: Number(best.toFixed(4)) };
  } catch (error) {
    return { skipped: firstLine(error) };
  } finally {
    tf.engine().endScope();
  }
}

function firstLine(error) {
  return String(error?.message ?? error).split("\n")[0];
}
