#!/usr/bin/perl
use strict;
use warnings;

my %wanted;
open(my $lines, '<', '__KIT__/settings') or die "settings: $!";
while (<$lines>) {
  chomp;
  my ($section, $key, $value) = split /\t/, $_, 3;
  $wanted{$section}{$key} = $value;
}
system('rm', '-rf', '__SETTINGS__') == 0 or die "__SETTINGS__: rm failed\n";
if (-d '/etc/openboard') {
  system('cp', '-a', '/etc/openboard', '__SETTINGS__') == 0 or die "__SETTINGS__: cp failed\n";
  symlink('__SETTINGS__', '__DIVERTED__') unless -l '__DIVERTED__';
}
for (['/etc/openboard/OpenBoard.config', '__SETTINGS__/OpenBoard.config'], ['__DIVERTED_FILE____SUFFIX__', '__DIVERTED_FILE__']) {
  my ($from, $file) = @$_;
  open(my $packaged, '<', $from) or next;
  my (%left, @text) = map { $_ => { %{ $wanted{$_} } } } keys %wanted;
  my $section = '';
  my $rest = sub { push @text, map { "$_=$left{$section}{$_}\n" } sort keys %{ $left{$section} || {} }; delete $left{$section} };
  while (<$packaged>) {
    s/\r?\n?$/\n/;
    if (/^\[(.*)\]$/) { $rest->(); $section = $1 }
    if (/^([^=;\[]+)=/ && defined $left{$section}{$1}) {
      my $value = delete $left{$section}{$1};
      $_ = "$1=$value\n";
    }
    push @text, $_;
  }
  $rest->();
  for (sort keys %left) { $section = $_; push @text, "\n[$_]\n"; $rest->() }
  open(my $new, '>', "$file.new") or die "$file.new: $!";
  print $new @text;
  close($new) or die "$file.new: $!";
  rename("$file.new", $file) or die "$file: $!";
}
for my $library (qw(__BUILT_IN__)) {
  next unless -d $library;
  for my $category (qw(pictures audios videos interactivities applications shape)) {
    next unless -d "$library/$category";
    my $to = "__STATE__/library/$category";
    system('mkdir', '-p', $to) == 0 or die "$to: mkdir failed\n";
    system('cp', '--recursive', '--dereference', '--update', '--no-target-directory', "$library/$category", $to) == 0
      or die "$to: cp failed\n";
  }
}
