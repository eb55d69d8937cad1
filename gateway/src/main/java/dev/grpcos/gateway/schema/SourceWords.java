package dev.grpcos.gateway.schema;

/**
 * What messages call the settings that name sources, so that the caller finds them.
 *
 * @param source the setting that names a source
 * @param folder the setting that names a folder for imports
 * @param protoset the setting that names a descriptor set
 * @param base where relative names start, as in {@code here}
 */
public record SourceWords(String source, String folder, String protoset, String base) {
  /** Those of a configuration file. */
  public static final SourceWords CONFIGURATION =
      new SourceWords("proto", "proto_path", "protoset", "beside the configuration file");

  /** What to do about a missing import. */
  public String importRemedy() {
    return "give the folder that it is in with " + folder;
  }
}
