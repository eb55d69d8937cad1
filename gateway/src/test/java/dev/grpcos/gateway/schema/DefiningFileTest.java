package dev.grpcos.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the search for the source that defines a service. */
final class DefiningFileTest {
  private static final String REMEDY = "; give the file that defines it in proto";

  @TempDir Path folder;

  @Test
  void definingFileIsFoundWithoutCompiling() throws Exception {
    write("broken.proto", "package library.v1; messag Book {");
    write(
        "library.proto",
        """
        syntax = "proto3"; // service Library {
        option (a).b = {service: "x;"};
        package library . v1;
        message Service { string service = 1 [(c) = {d: "}"}]; }
        service /* the one */ Library { rpc Get(Service) returns (Service); }
        """);
    assertThat(find("library.v1.Library")).isEqualTo("library.proto");
  }

  @Test
  void packageMayFollowTheService() throws Exception {
    write("late.proto", "service Library {} package library.v1;");
    assertThat(find("library.v1.Library")).isEqualTo("late.proto");
  }

  @Test
  void serviceWithoutAPackageIsFound() throws Exception {
    write("other.proto", "package a; service Library {}");
    write("plain.proto", "service Library {}");
    assertThat(find("Library")).isEqualTo("plain.proto");
  }

  @Test
  void otherUsesOfTheNameAreNoDefinitions() throws Exception {
    write("comment.proto", "package a; // service Library {}");
    write("message.proto", "package a; message Library { message service {} }");
    write("option.proto", "package a; option x = \"service Library {\";");
    write("longer.proto", "package a; service LibraryAdmin {} service ALibrary {}");
    write("other.proto", "package a.b; service Library {}");
    write("library.txt", "package a; service Library {}");
    write("below/library.proto", "package a; service Library {}");
    Files.createDirectories(folder.resolve("folder.proto"));
    assertThatThrownBy(() -> find("a.Library"))
        .isInstanceOfSatisfying(
            SourceException.class,
            e ->
                assertThat(e.problem())
                    .isEqualTo("which no .proto file in " + folder + " defines" + REMEDY));
  }

  @Test
  void severalDefiningFilesAreAmbiguous() throws Exception {
    write("a.proto", "package a; service Library {}");
    write("b.proto", "package a; service Library {}");
    assertThatThrownBy(() -> find("a.Library"))
        .isInstanceOf(SourceException.class)
        .hasMessage(
            "service a.Library: which a.proto and b.proto in " + folder + " define" + REMEDY);
  }

  @Test
  void filesThatAreTooLargeTogetherAreNotSearched() throws Exception {
    write("a.proto", "package a; service Library {}");
    for (String name : new String[] {"b.proto", "c.proto"}) {
      try (RandomAccessFile sparse = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
        sparse.setLength(8 << 20);
      }
    }
    assertThatThrownBy(() -> find("a.Library"))
        .hasMessageContaining(
            "but the .proto files in " + folder + " are more than the 16 MiB that are searched");
    Files.delete(folder.resolve("c.proto"));
    assertThat(find("a.Library")).isEqualTo("a.proto");
  }

  private String find(String service) throws SourceException {
    return DefiningFile.find(folder, service);
  }

  private void write(String name, String text) throws Exception {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.writeString(folder.resolve(name), text);
  }
}
