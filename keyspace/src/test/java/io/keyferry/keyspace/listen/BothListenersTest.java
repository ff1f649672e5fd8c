package io.keyferry.keyspace.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BothListenersTest {
    /** All that listeners hear, so that a method that comes later is not forgotten. */
    static List<Method> heard() {
        return Arrays.stream(TransferListener.class.getMethods())
                .filter(method -> method.getReturnType() == void.class)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("heard")
    void bothHearAll(Method method) throws ReflectiveOperationException {
        List<String> told = new ArrayList<>();
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(BothListenersTest::argument)
                .toArray();

        method.invoke(noting("first", told).and(noting("second", told)), arguments);

        assertThat(told)
                .containsExactly(
                        "first " + method.getName() + Arrays.asList(arguments),
                        "second " + method.getName() + Arrays.asList(arguments));
    }

    private static TransferListener noting(String name, List<String> told) {
        return (TransferListener) Proxy.newProxyInstance(
                TransferListener.class.getClassLoader(),
                new Class<?>[] {TransferListener.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("and")) {
                        return new BothListeners((TransferListener) proxy, (TransferListener) arguments[0]);
                    }
                    told.add(name + " " + method.getName() + Arrays.asList(arguments));
                    return null;
                });
    }

    private static Object argument(Class<?> type) {
        if (type == Step.class) {
            return Step.IMPORT;
        }
        if (type == String.class) {
            return "acls";
        }
        if (type == long.class) {
            return 7L;
        }
        if (type == int.class) {
            return 7;
        }
        if (type == Map.class) {
            return Map.of("acls", 7L);
        }
        throw new IllegalArgumentException("no example of " + type);
    }
}
