import * as tf from "@tensorflow/tfjs";

/**
 * The gradient of a convolution's filter, which the wasm backend of TensorFlow.js 4.22.0 lacks: without it no
 * convolutional network can be trained there. For each place of the filter it is the product of what the filter saw
 * there and what came back.
 *
 *     gradient[r, c] = x[:, r…, c…, :]ᵀ · dy,   both as matrices with a row for each image and place
 *
 * Only what the example needs: no padding, stride and dilation 1, channels last.
 */
export function registerFilterGradient(backendName) {
  tf.registerKernel({
    kernelName: "Conv2DBackpropFilter",
    backendName,
    kernelFunc: ({ inputs: { x, dy }, attrs: { strides, pad, filterShape } }) =>
      tf.tidy(() => {
        const [height, width, channels, filters] = filterShape;
        if (pad !== "valid" || [strides].flat().some((stride) => stride !== 1)) {
          throw new Error(
            "Conv2DBackpropFilter: only convolutions without padding and with stride 1 are known here",
          );
        }
        const [images, rows, columns] = dy.shape;
        const back = tf.reshape(dy, [-1, filters]);
        const places = [];
        for (let r = 0; r < height; r++) {
          for (let c = 0; c < width; c++) {
            const seen = tf.slice(x, [0, r, c, 0], [images, rows, columns, channels]);
            places.push(tf.matMul(tf.reshape(seen, [-1, channels]), back, true));
          }
        }
        return tf.reshape(tf.stack(places), filterShape);
      }),
  });
}
