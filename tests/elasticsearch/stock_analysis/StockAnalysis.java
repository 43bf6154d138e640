package maplewire.test;

import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.core.LowerCaseFilter;
import org.apache.lucene.analysis.core.TypeTokenFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.fr.FrenchLightStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceCharFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceFilter;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.AbstractCharFilterFactory;
import org.elasticsearch.index.analysis.AbstractIndexAnalyzerProvider;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.AnalyzerProvider;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingCharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

import static org.elasticsearch.plugins.AnalysisPlugin.requiresAnalysisSettings;

/**
 * Hands out Lucene's own analysis parts under the names that a stock node has them by.
 *
 * The server that the tests start lacks the module analysis-common. Every part here is the class that
 * the stock module wraps, with the options that our templates use, so tokens are those of a stock node.
 */
public class StockAnalysis extends Plugin implements AnalysisPlugin {

    @Override
    public Map<String, AnalysisProvider<CharFilterFactory>> getCharFilters() {
        return Map.of(
            "mapping", requiresAnalysisSettings((index, environment, name, settings) -> charFilter(name, mapping(settings))),
            "pattern_replace", requiresAnalysisSettings((index, environment, name, settings) -> {
                Pattern pattern = Pattern.compile(settings.get("pattern"));
                String replacement = settings.get("replacement", "");
                return charFilter(name, reader -> new PatternReplaceCharFilter(pattern, replacement, reader));
            }));
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        Map<String, AnalysisProvider<TokenFilterFactory>> filters = new TreeMap<>();
        filters.put("lowercase", plain(LowerCaseFilter::new));
        filters.put("asciifolding", plain(ASCIIFoldingFilter::new));
        filters.put("cjk_width", plain(CJKWidthFilter::new));
        filters.put("porter_stem", plain(PorterStemFilter::new));
        filters.put("remove_duplicates", plain(RemoveDuplicatesTokenFilter::new));
        filters.put("unique", plain(RemoveDuplicatesTokenFilter::new));
        filters.put("cjk_bigram", (index, environment, name, settings) -> {
            boolean unigrams = settings.getAsBoolean("output_unigrams", false);
            int scripts = CJKBigramFilter.HAN | CJKBigramFilter.HIRAGANA | CJKBigramFilter.KATAKANA | CJKBigramFilter.HANGUL;
            return tokenFilter(name, settings, tokens -> new CJKBigramFilter(tokens, scripts, unigrams));
        });
        filters.put("elision", requiresAnalysisSettings((index, environment, name, settings) -> {
            CharArraySet articles = new CharArraySet(settings.getAsList("articles"), settings.getAsBoolean("articles_case", false));
            return tokenFilter(name, settings, tokens -> new ElisionFilter(tokens, articles));
        }));
        filters.put("stemmer", (index, environment, name, settings) -> {
            String language = settings.get("language", settings.get("name", "porter"));
            return tokenFilter(name, settings, stemmer(language));
        });
        filters.put("pattern_replace", requiresAnalysisSettings((index, environment, name, settings) -> {
            Pattern pattern = Pattern.compile(settings.get("pattern"));
            String replacement = settings.get("replacement", "");
            return tokenFilter(name, settings, tokens -> new PatternReplaceFilter(tokens, pattern, replacement, true));
        }));
        filters.put("pattern_capture", requiresAnalysisSettings((index, environment, name, settings) -> {
            Pattern[] patterns = settings.getAsList("patterns").stream().map(Pattern::compile).toArray(Pattern[]::new);
            boolean original = settings.getAsBoolean("preserve_original", true);
            return tokenFilter(name, settings, tokens -> new PatternCaptureGroupTokenFilter(tokens, original, patterns));
        }));
        filters.put("keep_types", requiresAnalysisSettings((index, environment, name, settings) -> {
            Set<String> types = Set.copyOf(settings.getAsList("types"));
            boolean kept = settings.get("mode", "include").equals("include");
            return tokenFilter(name, settings, tokens -> new TypeTokenFilter(tokens, types, kept));
        }));
        return filters;
    }

    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        return Map.of("uax_url_email", (index, environment, name, settings) -> TokenizerFactory.newFactory(name, UAX29URLEmailTokenizer::new));
    }

    @Override
    public Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> getAnalyzers() {
        return Map.of("english", analyzer(EnglishAnalyzer::new), "french", analyzer(FrenchAnalyzer::new), "cjk", analyzer(CJKAnalyzer::new));
    }

    private static UnaryOperator<TokenStream> stemmer(String language) {
        return switch (language) {
            case "possessive_english" -> EnglishPossessiveFilter::new;
            case "light_french" -> FrenchLightStemFilter::new;
            case "porter", "english" -> PorterStemFilter::new;
            default -> throw new IllegalArgumentException("no stemmer [" + language + "] in the test node");
        };
    }

    private static Function<Reader, Reader> mapping(Settings settings) {
        NormalizeCharMap.Builder builder = new NormalizeCharMap.Builder();
        for (String rule : settings.getAsList("mappings")) {
            int arrow = rule.lastIndexOf("=>");
            builder.add(unescaped(rule.substring(0, arrow).trim()), unescaped(rule.substring(arrow + 2).trim()));
        }
        NormalizeCharMap map = builder.build();
        return reader -> new MappingCharFilter(map, reader);
    }

    /** The stock module reads the same escapes of a four-digit code point. */
    private static String unescaped(String text) {
        return Pattern.compile("\\\\u([0-9a-fA-F]{4})").matcher(text)
            .replaceAll(code -> java.util.regex.Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(code.group(1), 16))));
    }

    private static AnalysisProvider<TokenFilterFactory> plain(UnaryOperator<TokenStream> wrap) {
        return (index, environment, name, settings) -> tokenFilter(name, settings, wrap);
    }

    private static TokenFilterFactory tokenFilter(String name, Settings settings, UnaryOperator<TokenStream> wrap) {
        return new Filter(name, settings, wrap);
    }

    private static final class Filter extends AbstractTokenFilterFactory implements NormalizingTokenFilterFactory {
        private final UnaryOperator<TokenStream> wrap;

        Filter(String name, Settings settings, UnaryOperator<TokenStream> wrap) {
            super(name, settings);
            this.wrap = wrap;
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return wrap.apply(tokens);
        }
    }

    private static CharFilterFactory charFilter(String name, Function<Reader, Reader> wrap) {
        return new CharFilter(name, wrap);
    }

    private static final class CharFilter extends AbstractCharFilterFactory implements NormalizingCharFilterFactory {
        private final Function<Reader, Reader> wrap;

        CharFilter(String name, Function<Reader, Reader> wrap) {
            super(name);
            this.wrap = wrap;
        }

        @Override
        public Reader create(Reader reader) {
            return wrap.apply(reader);
        }
    }

    private static AnalysisProvider<AnalyzerProvider<? extends Analyzer>> analyzer(Supplier<Analyzer> make) {
        return (index, environment, name, settings) -> new AbstractIndexAnalyzerProvider<>(name, settings) {
            /** One for each index: the server closes it with the index. */
            private final Analyzer analyzer = make.get();

            @Override
            public Analyzer get() {
                return analyzer;
            }
        };
    }
}
