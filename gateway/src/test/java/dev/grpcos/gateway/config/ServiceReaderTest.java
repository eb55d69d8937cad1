package dev.grpcos.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.schema.NamedSources;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.gateway.schema.SourceWords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tests services of programs in the configuration. */
class ServiceReaderTest extends ConfigFileFixture {
  @Test
  void programIsAListAndMustExist() throws Exception {
    Files.writeString(folder.resolve("s.proto"), "");
    Files.writeString(folder.resolve("plain.sh"), "");
    assertThat(
            problems(
                """
                services:
                  - service: a.S
                    proto: [s.proto, t.proto]
                    methods:
                      A: {exec: ./plain.sh}
                      B: {exec: [./plain.sh]}
                      C: {exec: [./none]}
                      D: {exec: [no-such-program]}
                      E: {}
                      F: {exec: [sh], environment: {GRPCOS_X: a}}
                  - {service: a.S}
                """))
        .containsExactly(
            "3:22: services.proto is 't.proto': there is no such file, neither beside the"
                + " configuration file nor in a folder given with proto_path",
            "5:17: services.methods.A.exec is './plain.sh'; give keys or a list",
            "6:18: services.methods.B.exec.command is DIR/plain.sh, which is not executable; run"
                + " chmod +x on it",
            "7:18: services.methods.C.exec.command is DIR/none, which is not a file; give the path"
                + " of a program",
            "8:18: services.methods.D.exec.command is 'no-such-program', which is not in the PATH"
                + " of the gateway; write ./no-such-program for a program in this folder",
            "9:10: services.methods.E.exec is missing; give it",
            "10:47: services.methods.F.environment.GRPCOS_X is not a valid variable name here;"
                + " use letters, digits and _, and no GRPCOS_ prefix",
            "11:15: services.service is 'a.S', as in line 2; leave one of them out",
            "11:15: services.service is 'a.S', which no .proto file in DIR defines; give the file"
                + " that defines it in proto");
  }

  @Test
  void serviceWithoutASchemaIsDefinedBesideTheConfiguration() throws Exception {
    Files.writeString(folder.resolve("library.proto"), "package library.v1; service Library {}");
    Files.createDirectory(folder.resolve("imports"));
    ServiceConfig service =
        read("""
        services:
          - {service: library.v1.Library, proto_path: [imports], exec: {command: [sh]}}
        """)
            .services()
            .get(0);
    assertThat(service.schema())
        .isEqualTo(
            new SchemaConfig(
                List.of(),
                new NamedSources(
                    List.of("library.proto"),
                    List.of("imports"),
                    folder,
                    SourceWords.CONFIGURATION)));
  }

  @Test
  void programOfAServiceHasTheKeysOfAMethod() throws Exception {
    Files.writeString(folder.resolve("s.proto"), "");
    MethodConfig others =
        Objects.requireNonNull(
            read("""
            services:
              - service: a.S
                proto: [s.proto]
                exec: {command: [sh, -x], persistent: true, pool: 3}
                deadline: 2s
                concurrency: 5
                environment: {A: b}
                directory: /tmp
            """)
                .services()
                .get(0)
                .others());
    assertThat(others.exec()).isEqualTo(new ExecConfig(List.of("/usr/bin/sh", "-x"), true, 3));
    assertThat(others.deadline()).isEqualTo(Duration.ofSeconds(2));
    assertThat(others.concurrency()).isEqualTo(5);
    assertThat(others.environment()).isEqualTo(Map.of("A", "b"));
    assertThat(others.directory()).isEqualTo(Path.of("/tmp"));
    assertThat(
            problems(
                """
                services:
                  - {service: a.S, proto: [s.proto], exec: [./none], environment: {GRPCOS_A: b}}
                  - {service: a.T, proto: [s.proto], deadline: 2s}
                """))
        .containsExactly(
            "2:45: services.exec.command is DIR/none, which is not a file; give the path of a"
                + " program",
            "2:78: services.environment.GRPCOS_A is not a valid variable name here; use letters,"
                + " digits and _, and no GRPCOS_ prefix",
            "3:48: services.deadline is for exec, which is missing; add exec, or move it to a"
                + " method");
  }
}
