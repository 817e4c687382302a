package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;

/**
 * One parameter on the device.
 *
 * @param name its Hugging Face name
 * @param array as stored: {@code [out, in]}, or {@code [in, out]} when {@code inOut} holds
 * @param inOut whether a matrix is stored transposed (GPT-2's Conv1D)
 */
public record Weight(String name, NDArray array, boolean inOut) {}
