#!/usr/bin/perl
# Answers requests on a subject. Usage: server.pl [PORT]
use strict;
use warnings;
BEGIN { unshift @INC, $0 =~ s{[^/]*$}{..}r }
use Nats;

my $nats = Nats->connect(shift // 4222);
$nats->subscribe('greet', 'servers'); # a queue group: servers that run share the requests
while (1) {
  my ($request, $reply_to) = $nats->receive;
  $nats->publish($request =~ s/^.*"name":"([^"]*)".*$/{"message":"Hello $1"}/r, $reply_to);
}
