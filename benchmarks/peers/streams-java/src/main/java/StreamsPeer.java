import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Decodes each record, counts its key in a store, encodes it and sends it on, exactly once.
 *
 * <p>The store is what the DSL's count() would take: RocksDB with the record cache and a changelog. Threads, commit
 * interval (100 ms) and cache keep their defaults. Arguments: bootstrap, the topics' prefix, the state's folder.
 */
public final class StreamsPeer {
    private static final String STORE = "counts";

    private StreamsPeer() {}

    /** One output and one count a record. */
    private static final class Count implements Processor<String, byte[], String, byte[]> {
        private final ObjectMapper json = new ObjectMapper();
        private ProcessorContext<String, byte[]> context;
        private KeyValueStore<String, Long> counts;

        @Override
        public void init(ProcessorContext<String, byte[]> context) {
            this.context = context;
            counts = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, byte[]> record) {
            Long count = counts.get(record.key());
            counts.put(record.key(), count == null ? 1L : count + 1);
            try {
                JsonNode value = json.readTree(record.value());
                context.forward(record.withValue(json.writeValueAsBytes(value)));
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }
    }

    public static void main(String[] args) {
        String prefix = args[1];
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, prefix + "kafka-streams");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, args[2]);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");

        var strings = Serdes.String();
        var store = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), strings, Serdes.Long());
        Topology topology = new Topology();
        topology.addSource("in", strings.deserializer(), new ByteArrayDeserializer(), prefix + "bench.in");
        topology.addProcessor("count", Count::new, "in");
        topology.addStateStore(store.withCachingEnabled(), "count");
        topology.addSink("out", prefix + "bench.out", strings.serializer(), new ByteArraySerializer(), "count");

        KafkaStreams streams = new KafkaStreams(topology, settings);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }
}
