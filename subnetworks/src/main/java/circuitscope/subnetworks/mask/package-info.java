/**
 * Which weights of a model are kept: mask values, their files, and what is computed from masks
 * alone. See {@code docs/mask-format.md}.
 */
@NullMarked
package circuitscope.subnetworks.mask;

import org.jspecify.annotations.NullMarked;
