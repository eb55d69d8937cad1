package dev.grpcos.gateway.schema;

/**
 * The names of the settings for sources, for messages.
 *
 * @param source the setting for a source
 * @param folder the setting for an import folder
 * @param protoset the setting for a descriptor set
 * @param base the base of relative names, such as {@code here}
 */
public record SourceWords(String source, String folder, String protoset, String base) {
  /** The settings of a configuration file. */
  public static final SourceWords CONFIGURATION =
      new SourceWords("proto", "proto_path", "protoset", "beside the configuration file");

  /** Returns the remedy for a missing import. */
  public String importRemedy() {
    return "give the folder that it is in with " + folder;
  }
}
