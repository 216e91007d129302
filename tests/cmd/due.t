What expires or must be rotated, soonest first.

  $ vault
  $ kh due
  $ add late x --expires 2001-02-03
  $ add soon x --expires 3d
  $ add rotating x --rotate-every 20
  $ add far x --expires 2999-12-31
  $ kh due
  $ kh due --within 7
  $ kh due --within 0
  $ kh due --within 36500 --quiet | wc -l
  $ kh due --within soon
  $ kh due --within -3
  $ kh due --json --within 0 | shape
  $ kh status | grep Due
  $ kh list --due
  $ kh list --expired

Quiet for a while, but never past the expiry.

  $ kh snooze kh://shop/dev/far --until 2998-01-01
  $ kh show kh://shop/dev/far | grep Quiet
  $ kh snooze kh://shop/dev/far --until 2999-12-31
  $ kh snooze kh://shop/dev/far --until none
  $ kh snooze kh://shop/dev/soon --until 90d
  $ kh due --within 4
  $ kh snooze kh://shop/dev/far
  $ kh snooze kh://shop/dev/far --until later
  $ kh snooze kh://shop/dev/nothing --until 3d
  $ kh snooze kh://shop/dev/far --until 2001-01-01

A new value takes the rotation's date away, for as long as it lasts.

  $ printf y | kh set rotating -p shop -e dev --stdin --quiet
  $ kh due --within 19 | grep -c rotating
