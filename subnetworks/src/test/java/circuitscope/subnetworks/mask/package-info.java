@NullMarked
package circuitscope.subnetworks.mask;

import org.jspecify.annotations.NullMarked;
