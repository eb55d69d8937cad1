package dev.grpcos.gateway.call;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataEntryTest {
  @Test
  void invalidNamesAreEntriesToo() {
    Metadata metadata =
        received("x+y", "1", "a/b", "2", "", "3", "Upper", "4", ":status", "503", "z", "é");
    assertThat(MetadataEntry.of(metadata))
        .extracting(entry -> entry.key() + "=" + entry.value())
        .containsExactly("=3", "Upper=4", "a/b=2", "x+y=1", "z=é");
  }

  @Test
  void entriesAreSortedAndKeepTheOrderOfTheirValues() {
    Metadata metadata = received("b", "2", "a", "1", "b", "1", "content-type", "x", "grpc-x", "y");
    metadata.put(
        Metadata.Key.of("t-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {(byte) 0xff});
    assertThat(MetadataEntry.of(metadata))
        .extracting(entry -> entry.key() + "=" + entry.value())
        .containsExactly("a=1", "b=2", "b=1", "t-bin=/w==");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authorization",
        "proxy-authorization",
        "x-auth",
        "cookie",
        "set-cookie",
        "x-credential-a",
        "id-jwt-data",
        "x-api-key",
        "api_key",
        "key",
        "x-password",
        "my.secret",
        "x-session-id",
        "token-of-mine",
        "X-Token",
        "a-token-bin"
      })
  void keysWithTheWordOfASecretAreMarked(String key) {
    assertThat(MetadataEntry.of(received(key, "eA==")).get(0).secret()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-monkey",
        "keyboard-layout",
        "tokenizer-version",
        "x-ratelimit-remaining-tokens",
        "x-author",
        "passwordless-hint",
        "secretary",
        "sessions",
        "-",
        ""
      })
  void keysWithLongerWordsAreNotMarked(String key) {
    assertThat(MetadataEntry.of(received(key, "x")).get(0).secret()).isFalse();
  }

  private static Metadata received(String... namesAndValues) {
    byte[][] bytes = new byte[namesAndValues.length][];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = namesAndValues[i].getBytes(i % 2 == 0 ? US_ASCII : UTF_8);
    }
    return InternalMetadata.newMetadata(bytes);
  }
}
