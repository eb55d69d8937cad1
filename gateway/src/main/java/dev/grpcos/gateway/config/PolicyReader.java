package dev.grpcos.gateway.config;

import dev.grpcos.gateway.peer.Accounts;
import dev.grpcos.proto.config.v1.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** Checks the policy rules of a configuration and converts them to records. */
final class PolicyReader {
  private PolicyReader() {}

  /**
   * Reads the rules.
   *
   * @param upstreams the names of the upstreams
   */
  static List<PolicyRule> read(List<Rule> rules, Set<String> upstreams, Place place) {
    List<PolicyRule> configs = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      configs.add(rule(rules.get(i), upstreams, place.at(i)));
    }
    return configs;
  }

  private static PolicyRule rule(Rule rule, Set<String> upstreams, Place place) {
    if (!place.at("users").isGiven() && !place.at("groups").isGiven()) {
      place.problem("has neither users nor groups; give at least one");
    }
    return new PolicyRule(
        users(rule.getUsersList(), place.at("users")),
        groups(rule.getGroupsList(), place.at("groups")),
        methods(rule.getMethodsList(), MethodPatterns::problem, place.at("methods")),
        upstreams(rule.getUpstreamsList(), upstreams, place.at("upstreams")));
  }

  /**
   * Returns these patterns of upstreams.
   *
   * @param known the names of the upstreams
   */
  static List<NamePattern> upstreams(List<String> texts, Set<String> known, Place place) {
    if (place.isGiven() && texts.isEmpty()) {
      place.problem("is empty; give the name of an upstream, or leave the key out");
    }
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      Place here = place.at(i);
      UpstreamPatterns.problem(text, known)
          .ifPresent(problem -> here.problem("is '%s', which %s", text, problem));
    }
    return texts.stream().map(NamePattern::new).toList();
  }

  /** Returns the numbers of these users. */
  static Set<Integer> users(List<String> names, Place place) {
    return ids(names, Accounts::uid, "user", place);
  }

  /** Returns the numbers of these groups. */
  static Set<Integer> groups(List<String> names, Place place) {
    return ids(names, Accounts::gid, "group", place);
  }

  private static Set<Integer> ids(
      List<String> names, Function<String, OptionalInt> lookup, String kind, Place place) {
    Set<Integer> ids = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      OptionalInt id = lookup.apply(names.get(i));
      if (id.isPresent()) {
        ids.add(id.getAsInt());
      } else {
        place
            .at(i)
            .problem(
                "is '%s', an unknown %s; give the name of an existing %s",
                names.get(i), kind, kind);
      }
    }
    return ids;
  }

  /**
   * Returns these patterns of methods.
   *
   * @param check returns what is wrong with a pattern
   */
  static List<NamePattern> methods(
      List<String> texts, Function<String, Optional<String>> check, Place place) {
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      Place here = place.at(i);
      check.apply(text).ifPresent(problem -> here.problem("is '%s', which %s", text, problem));
    }
    return texts.stream().map(NamePattern::new).toList();
  }
}
