@NullMarked
package circuitscope.subnetworks;

import org.jspecify.annotations.NullMarked;
