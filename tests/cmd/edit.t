What is known about a credential changes; its value does not.

  $ vault
  $ add stripe hunter2 --tag a --tag b --note first
  $ kh edit stripe -p shop -e dev --tag payments --owner Mia --expires 2999-01-02 --rotate-every 30
  $ kh edit kh://shop/dev/stripe --note '' --url https://example.com
  $ kh show kh://shop/dev/stripe
  $ kh edit kh://shop/dev/stripe --expires none --rotate-every none --tag '' --env-var SK
  $ kh show kh://shop/dev/stripe
  $ kh edit kh://shop/dev/stripe --plain && kh show kh://shop/dev/stripe | grep Field
  $ kh edit kh://shop/dev/stripe --plain --secret
  $ kh edit kh://shop/dev/stripe --secret --env-var '' && kh show kh://shop/dev/stripe | grep Field
  $ kh edit kh://shop/dev/stripe --allow-loader-variable LD_PRELOAD
  $ kh edit kh://shop/dev/stripe
  $ kh edit kh://shop/dev/strype --note x
  $ kh edit kh://shop/dev/stripe --field value=PAY --json | shape
  $ kh edit kh://shop/dev/stripe --field token=PAY
  $ kh edit kh://shop/dev/stripe --field value

Another name.

  $ add sendgrid hunter3
  $ kh rename kh://shop/dev/stripe stripe-eu
  $ kh get kh://shop/dev/stripe-eu
  $ kh get kh://shop/dev/stripe
  $ kh rename kh://shop/dev/stripe-eu sendgrid
  $ kh rename kh://shop/dev/stripe-eu ''
  $ kh rename kh://shop/dev/stripe-eu stripe-eu

To the trash, and back.

  $ kh trash
  $ kh rm kh://shop/dev/sendgrid
  $ kh rm kh://shop/dev/sendgrid
  $ kh get kh://shop/dev/sendgrid
  $ kh trash
  $ kh trash list --json | shape
  $ kh trash restore kh://shop/dev/sendgrid
  $ kh get kh://shop/dev/sendgrid
  $ kh trash restore kh://shop/dev/sendgrid
  $ kh rm sendgrid -p shop -e dev --json | shape
  $ add sendgrid hunter4
  $ kh trash restore sendgrid -p shop -e dev

Its versions, and who used them.

  $ printf hunter5 | kh set sendgrid -p shop -e dev --stdin --quiet
  $ kh get kh://shop/dev/sendgrid --version 1
  $ kh history kh://shop/dev/sendgrid
  $ kh history kh://shop/dev/sendgrid --json | shape
  $ kh history kh://shop/dev/nothing
