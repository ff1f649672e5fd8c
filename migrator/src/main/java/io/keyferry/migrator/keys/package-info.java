/**
 * Keys of more rows than memory holds, brought together so that equal ones meet. Knows neither rows nor files of others.
 */
@NullMarked
package io.keyferry.migrator.keys;

import org.jspecify.annotations.NullMarked;
