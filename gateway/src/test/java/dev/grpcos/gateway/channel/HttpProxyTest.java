package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HttpProxyTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "http://proxy:3128,proxy,3128,-,-",
        "proxy:3128,proxy,3128,-,-",
        "HTTP://proxy,proxy,80,-,-",
        "http://10.0.0.1:8080/,10.0.0.1,8080,-,-",
        "http://[::1]:8080,::1,8080,-,-",
        "http://me@proxy:1,proxy,1,me,''",
        "http://me:p%40:+s@proxy:1,proxy,1,me,p@:+s"
      })
  void addressIsParsed(String text, String host, int port, String user, String password) {
    assertThat(HttpProxy.parse(text)).isEqualTo(new HttpProxy(host, port, user, password));
  }

  @ParameterizedTest
  @CsvSource({
    "socks5://me:secret@proxy:1080,another kind",
    "https://me:secret@proxy:443,another kind",
    "http://me:secret@proxy:99999,out of range",
    "http://me:secret@proxy:port,is not the address",
    "http://me:secret@,is not the address",
    "http://me:secret%zz@proxy:1,encodes nothing"
  })
  void messageHasNoPartOfAnInvalidAddress(String text, String problem) {
    assertThatThrownBy(() -> HttpProxy.parse(text))
        .hasMessageContaining(problem)
        .hasMessageNotContaining("secret");
  }

  @Test
  void textHasNoLogin() {
    assertThat(HttpProxy.parse("http://me:secret@[::1]:3128")).hasToString("[::1]:3128");
  }
}
