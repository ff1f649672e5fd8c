package io.keyferry.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A plot of a few points on two logarithmic axes as SVG, with the line through the last point on which cost grows in
 * proportion. A chart library would want fonts, which a JRE on a server lacks.
 */
final class LogPlot {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 420;
    private static final int MARGIN = 60;

    private record Point(double x, double y) {}

    private final String xName;
    private final String yName;
    private final List<Point> points = new ArrayList<>();

    LogPlot(String xName, String yName) {
        this.xName = xName;
        this.yName = yName;
    }

    /** Adds a point; both must be greater than 0. */
    void point(double x, double y) {
        points.add(new Point(x, y));
    }

    /** The plot, of one point or more. */
    String svg() {
        int left = floor(points.stream().mapToDouble(Point::x).min().orElseThrow());
        int right = 1 + floor(points.stream().mapToDouble(Point::x).max().orElseThrow());
        Point last = points.get(points.size() - 1);
        double slope = last.y() / last.x();
        int bottom =
                floor(Math.min(points.stream().mapToDouble(Point::y).min().orElseThrow(), Math.pow(10, left) * slope));
        int top = 1
                + floor(Math.max(
                        points.stream().mapToDouble(Point::y).max().orElseThrow(), Math.pow(10, right) * slope));
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' font-size='12'>",
                WIDTH,
                HEIGHT);
        add(svg, "<rect width='%d' height='%d' fill='white'/>", WIDTH, HEIGHT);
        for (int x = left; x <= right; x++) {
            double at = across(x, left, right);
            add(svg, "<path d='M%.1f %d V%d' stroke='#ddd'/>", at, MARGIN / 2, HEIGHT - MARGIN);
            add(svg, "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>", at, HEIGHT - MARGIN + 18, label(x));
        }
        for (int y = bottom; y <= top; y++) {
            double at = up(y, bottom, top);
            add(svg, "<path d='M%d %.1f H%d' stroke='#ddd'/>", MARGIN, at, WIDTH - MARGIN);
            add(svg, "<text x='%d' y='%.1f' text-anchor='end'>%s</text>", MARGIN - 6, at + 4, label(y));
        }
        add(
                svg,
                "<path d='M%.1f %.1f L%.1f %.1f' stroke='#888' stroke-dasharray='5 4'/>",
                across(left, left, right),
                up(left + Math.log10(slope), bottom, top),
                across(right, left, right),
                up(right + Math.log10(slope), bottom, top));
        for (Point point : points) {
            double x = across(Math.log10(point.x()), left, right);
            double y = up(Math.log10(point.y()), bottom, top);
            add(svg, "<circle cx='%.1f' cy='%.1f' r='4' fill='#06c'/>", x, y);
            add(svg, "<text x='%.1f' y='%.1f' text-anchor='end'>%.1f s</text>", x - 8, y - 6, point.y());
        }
        add(svg, "<text x='%d' y='%d' text-anchor='middle'>%s</text>", WIDTH / 2, HEIGHT - 16, xName);
        add(
                svg,
                "<text x='16' y='%d' text-anchor='middle' transform='rotate(-90 16 %d)'>%s</text>",
                HEIGHT / 2,
                HEIGHT / 2,
                yName);
        return svg.append("</svg>\n").toString();
    }

    private static void add(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static int floor(double value) {
        return (int) Math.floor(Math.log10(value));
    }

    private static String label(int exponent) {
        double value = Math.pow(10, exponent);
        return value < 1 ? String.format(Locale.ROOT, "%s", value) : String.format(Locale.ROOT, "%,.0f", value);
    }

    private static double across(double log, int left, int right) {
        return MARGIN + (log - left) / (right - left) * (WIDTH - 2.0 * MARGIN);
    }

    private static double up(double log, int bottom, int top) {
        return HEIGHT - MARGIN - (log - bottom) / (top - bottom) * (HEIGHT - 1.5 * MARGIN);
    }
}
