#!/usr/bin/perl
# Publishes each line of standard input. Usage: sender.pl [PORT]
use strict;
use warnings;
BEGIN { unshift @INC, $0 =~ s{[^/]*$}{..}r }
use Nats;

my $nats = Nats->connect(shift // 4222);
while (defined(my $request = <STDIN>)) {
  chomp $request;
  $nats->publish($request, 'greetings');
}
$nats->flush;
