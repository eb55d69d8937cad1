#!/usr/bin/perl
# Sends each line of standard input as a request and prints the reply. Usage: client.pl [PORT]
use strict;
use warnings;
BEGIN { unshift @INC, $0 =~ s{[^/]*$}{..}r }
use Nats;

my $nats = Nats->connect(shift // 4222);
my $inbox = "_INBOX.$$." . int rand 1e9;
$nats->subscribe($inbox);
$| = 1;
while (defined(my $request = <STDIN>)) {
  chomp $request;
  $nats->publish($request, 'greet', $inbox);
  my ($reply) = $nats->receive;
  print "$reply\n";
}
