/** One small file a family: which config keys and tensor names fill the decoder's slots. */
@NullMarked
package circuitscope.probes.model.family;

import org.jspecify.annotations.NullMarked;
