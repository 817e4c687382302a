/** Edges and circuits, against references and identities. */
@org.jspecify.annotations.NullMarked
package circuitscope.tests.circuits;
