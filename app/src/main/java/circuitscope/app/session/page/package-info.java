/** What pages for a browser have in common. */
@NullMarked
package circuitscope.app.session.page;

import org.jspecify.annotations.NullMarked;
