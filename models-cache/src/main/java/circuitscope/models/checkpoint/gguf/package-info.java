/**
 * GGUF, the file form of llama.cpp, as a checkpoint: tensors under Hugging Face names and in
 * Hugging Face layout, widened from their blocks as they are read; configuration and tokenizer from
 * the file's metadata.
 */
@NullMarked
package circuitscope.models.checkpoint.gguf;

import org.jspecify.annotations.NullMarked;
