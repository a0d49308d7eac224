Feature: Closed cases leave the database and stay provable

  Years later somebody asks what was done in a case. It lies in the archive by then, and it must be shown that nobody has
  touched it since; and where the law says that personal data must go, they must be gone from the archive, too.

  Background:
    Given an office with three closed cases and an open one, all of them sealed
    And the office archives what was closed before this year

  Scenario: The auditor verifies what was archived
    When the auditor verifies the record with the archive
    Then the record of all four cases is whole
    And the seal holds for every case

  Scenario: Without the archive it is said what was not examined
    When the auditor verifies the record without the archive
    Then nothing is wrong, and three cases are said to be archived

  Scenario: Somebody rewrites an archived case
    Given somebody rewrites who acted in an archived case, and the digests of the files
    When the auditor verifies the record with the archive
    Then the altered case is named

  Scenario: A case number stays taken
    When a clerk starts a case under the number of an archived one
    Then the clerk is told that the number is taken

  Scenario: An order to erase reaches the archive
    When the archivist erases the first case by order
    Then no file of the archive holds anything of the first case
    And the record of all four cases is whole
