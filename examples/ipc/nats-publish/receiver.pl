#!/usr/bin/perl
# Subscribes, and greets for each message. Usage: receiver.pl [PORT]
use strict;
use warnings;
BEGIN { unshift @INC, $0 =~ s{[^/]*$}{..}r }
use Nats;

my $nats = Nats->connect(shift // 4222);
$nats->subscribe('greetings');
$| = 1;
while (1) {
  my ($request) = $nats->receive;
  print $request =~ s/^.*"name":"([^"]*)".*$/{"message":"Hello $1"}/r, "\n";
}
