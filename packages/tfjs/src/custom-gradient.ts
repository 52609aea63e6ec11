import * as tf from "@tensorflow/tfjs";

/**
 * `tf.customGrad` with named saves. What the gradients need goes through `saved`, never through a closure: the engine
 * disposes of a forward pass' own tensors when it ends, and of saved ones when the gradients are done.
 *
 * Where the value is NaN the gradients are too.
 *
 * @param forward gives the value, one a row, what to save, and a function that makes one gradient of each input.
 */
export function customGradient<Saved extends Record<string, tf.Tensor | undefined>>(
  inputs: tf.Tensor[],
  forward: () => {
    value: tf.Tensor;
    saved: Saved;
    gradients: (upstream: tf.Tensor, saved: Saved) => tf.Tensor[];
  },
): tf.Tensor {
  const operation = tf.customGrad((...inputsAndSave) => {
    const save = inputsAndSave[inputs.length] as tf.GradSaveFunc;
    const { value, saved, gradients } = forward();
    const names = Object.keys(saved).filter((name) => saved[name] !== undefined);
    save([value, ...names.map((name) => saved[name] as tf.Tensor)]);
    return {
      value,
      gradFunc: (upstream: tf.Tensor, [value, ...tensors]: tf.Tensor[]) => {
        const nanWhereBad = tf.where(tf.isNaN(value), value, upstream);
        return gradients(
          nanWhereBad,
          Object.fromEntries(names.map((name, i) => [name, tensors[i]])) as Saved,
        );
      },
    };
  });
  return operation(...inputs);
}
