"""How a CSV file is laid out: told from its first lines, or asked for."""

import pytest
from reading import problems_of, rows_of

from anomaly.errors import DataError, OptionError
from anomaly.tables import Source, csv, open_table


@pytest.fixture
def opened(tmp_path):
    def open_(content, **options):
        (tmp_path / "rows.csv").write_bytes(
            content if isinstance(content, bytes) else content.encode()
        )
        return open_table(tmp_path / "rows.csv", Source(**options))

    return open_


def columns_of(table):
    rows = rows_of(table)
    return {name: [row[name] for row in rows] for name in rows[0]}


# The delimiter.


@pytest.mark.parametrize(
    "content",
    [
        "a;b\n1,5;2,5\n3,5;4,5\n5,5;6,5\n",
        "\ufeffa;b\r\n1,5;2,5\r\n3,5;4,5\r\n5,5;6,5\r\n",
        "Report for ACME, Inc.\n\na;b\n1,5;2,5\n3,5;4,5\n5,5;6,5\n",
        "My bank\nAccount: 12,345\nPeriod: all\na;b\n1,5;2,5\n3,5;4,5\n5,5;6,5\n",
    ],
)
def test_decimal_commas_separate_nothing(opened, content):
    assert columns_of(opened(content)) == {"a": ["1,5", "3,5", "5,5"], "b": ["2,5", "4,5", "6,5"]}


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ("amount\n1,5\n2,5\n3,75\n", ["1,5", "2,5", "3,75"]),
        ("name\nSmith, Ann\nDoe, Joe\nX, Y\n", ["Smith, Ann", "Doe, Joe", "X, Y"]),
        ("name\nSmith; Ann\nDoe; Joe\n", ["Smith; Ann", "Doe; Joe"]),
        ("name of card\nred blue green\ntwo of them\n", ["red blue green", "two of them"]),
        ("'name'\n'x'\n'y'\n", ["x", "y"]),
    ],
)
def test_a_table_of_one_column_stays_one(opened, content, values):
    [found] = columns_of(opened(content)).values()
    assert found == values


def test_what_stands_in_quotes_separates_nothing(opened):
    content = '"left","right"\r\n"","\n\n"\r\n"",";;1"\r\n'
    assert columns_of(opened(content)) == {"left": [None, None], "right": ["\n\n", ";;1"]}


def test_spaces_separate_where_nothing_else_does(opened):
    table = opened("id amount\n1 2.5\n2 3.5\n")
    assert columns_of(table) == {"id": [1, 2], "amount": [2.5, 3.5]}
    assert table.readings == ("values are separated by spaces (--delimiter overrules)",)


@pytest.mark.parametrize(
    ("delimiter", "character"), [(":", ":"), ("tab", "\t"), ("\\t", "\t"), ("\t", "\t"), (" ", " ")]
)
def test_a_named_delimiter_overrules(opened, delimiter, character):
    table = opened(f"a,b{character}c\n1,2{character}3\n4,5{character}6\n", delimiter=delimiter)
    assert table.column_names == ["a,b", "c"]
    assert table.readings == ()


def test_a_named_delimiter_overrules_the_announced_one(opened):
    assert opened("sep=;\na|b\n1|2\n", delimiter="|").column_names == ["a", "b"]


@pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n", "§"])
def test_a_delimiter_that_can_be_none_is_refused(opened, delimiter):
    with pytest.raises(OptionError, match=r"--delimiter .*: give one character such as ';'"):
        opened("a,b\n1,2\n", delimiter=delimiter)


# Quotes.


def test_single_quotes_around_some_values(opened):
    table = opened("id,name\n1,'Smith, Ann'\n2,x\n3,'it''s'\n")
    assert columns_of(table) == {"id": [1, 2, 3], "name": ["Smith, Ann", "x", "it's"]}


def test_single_quotes_hold_line_ends(opened, monkeypatch):
    monkeypatch.setattr(csv, "BLOCK_BYTES", 16)
    table = opened("'id','name'\n" + "'1','a\nb'\n" * 20)
    assert columns_of(table)["name"] == ["a\nb"] * 20


def test_apostrophes_are_no_quotes(opened):
    table = opened("id,name\n1,O'Brien\n2,'t Hooft\n3,x'\n4,'\n")
    assert columns_of(table)["name"] == ["O'Brien", "'t Hooft", "x'", "'"]


# Line ends.


def test_lines_may_end_in_a_carriage_return_alone(opened):
    table = opened('a,b\r1,"x\ry"\r2,y\r')
    assert columns_of(table) == {"a": [1, 2], "b": ["x\ny", "y"]}


# What stands above the header, and the header itself.


@pytest.mark.parametrize(
    ("above", "reading"),
    [
        ('"My ""bank"""\n"Customer; of";"x"\n\n', "2 lines above the header are left out"),
        ("Export\n\n", "1 line above the header is left out ('Export')"),
        ("My report;;\n;;\n", "2 lines above the header are left out ('My report')"),
        ("Account: 12345\nOwner: me\nFrom: 2024-01-01\n", "3 lines above the header are left out"),
    ],
)
def test_lines_above_the_header_are_left_out(opened, above, reading):
    table = opened(above + "id;amount;shop\n1;2.5;x\n2;3.5;y\n3;4.5;z\n")
    assert columns_of(table) == {"id": [1, 2, 3], "amount": [2.5, 3.5, 4.5], "shop": [*"xyz"]}
    assert table.readings[1].startswith(reading)


def test_texts_alone_below_a_title(opened):
    table = opened("Export\nname;city;country\nA;B;C\nD;E;F\n")
    assert table.column_names == ["name", "city", "country"]


def test_a_first_row_that_is_broken_is_no_preamble(opened):
    table = opened("a,b,c\n1,2\n1,2,3\n4,5,6\n")
    assert table.column_names == ["a", "b", "c"]
    assert list(problems_of(table)) == [0]


def test_some_names_may_be_numbers(opened):
    assert opened("id,2019,2020\n1,2.5,3.5\n").column_names == ["id", "2019", "2020"]


def test_names_in_brackets_are_no_json(opened):
    assert opened("[id],[amount]\n1,2\n").column_names == ["[id]", "[amount]"]


def test_a_header_behind_a_hash(opened):
    table = opened("# written by us\n#id,amount\n1,2\n2,3\n")
    assert columns_of(table) == {"id": [1, 2], "amount": [2, 3]}
    assert "the # before the header is no part of the first name" in table.readings


def test_a_column_may_be_named_by_a_hash(opened):
    assert opened("#,amount\n1,2\n").column_names == ["#", "amount"]


def test_nothing_but_a_preamble_below_which_rows_are_missing(opened):
    table = opened("Account statement\n\nid;time;amount\n")
    assert table.column_names == ["id", "time", "amount"]


# Comments.


def test_comments_among_the_rows_are_left_out(opened, monkeypatch):
    monkeypatch.setattr(csv, "BLOCK_BYTES", 32)
    content = "id,amount,x\n" + "1,2,3\n# a, note\n#\n" * 20 + '4,"#5\n# no comment",6\n'
    table = opened(content)
    assert columns_of(table)["id"] == [1] * 20 + [4]
    assert rows_of(table)[-1]["amount"] == "#5\n# no comment"
    assert table.readings == ("lines that begin with # are left out as comments",)


def test_a_comment_far_down_is_left_out_and_said(opened):
    table = opened("id,amount\n" + "1,2\n" * 1000 + "# the end\n")
    assert len(rows_of(table)) == 1000
    assert table.readings == ("lines that begin with # are left out as comments",)


def test_values_may_begin_with_a_hash(opened):
    table = opened("order,amount\n#1,2\n#2,3\n#3,4\n")
    assert columns_of(table) == {"order": ["#1", "#2", "#3"], "amount": [2, 3, 4]}
    assert table.readings == ()


def test_a_line_with_a_hash_and_the_values_of_a_row_is_a_row(opened):
    table = opened("order,amount\nA1,2\n#2,3\nA3,4\n")
    assert columns_of(table)["order"] == ["A1", "#2", "A3"]


def test_a_block_of_comments_alone_holds_no_row(opened, monkeypatch):
    monkeypatch.setattr(csv, "BLOCK_BYTES", 8)
    assert columns_of(opened("a,b\n# comment\n# comment\n1,2\n# comment")) == {"a": [1], "b": [2]}


# Columns without a name.


@pytest.mark.parametrize("numbers", [[0, 1, 2], [7, 3, 5], [1, 2, 3]])
def test_an_index_is_left_out_whatever_its_order(opened, numbers):
    table = opened(",a\n" + "".join(f"{number},{number}\n" for number in numbers))
    assert columns_of(table) == {"a": numbers}


def test_an_index_of_r_has_no_place_in_the_header(opened):
    table = opened('"a","b"\n"1",5,"x"\n"2",6,"y"\n')
    assert columns_of(table) == {"a": [5, 6], "b": ["x", "y"]}
    assert table.readings == (
        "the first column, which has no name and numbers the rows, is left out",
    )


def test_a_delimiter_at_the_end_of_the_rows_alone(opened):
    assert columns_of(opened("a,b\n1,2,\n3,4,\n")) == {"a": [1, 3], "b": [2, 4]}


def test_a_first_column_without_name_that_numbers_nothing_is_refused(opened):
    with pytest.raises(DataError, match=r"column 1 has no name; .*index=False"):
        opened(",a\nx,1\ny,2\n")


def test_several_empty_columns_without_name_are_left_out(opened):
    table = opened("a,b,,\n1,2,,\n3,4,,\n")
    assert columns_of(table) == {"a": [1, 3], "b": [2, 4]}
    assert table.readings == (
        "the last 2 columns, which have neither a name nor a value, are left out",
    )


def test_a_value_far_down_in_a_column_without_name_is_its_rows_problem(opened):
    table = opened("a,b,\n" + "1,2,\n" * 500 + "3,4,5\n")
    assert problems_of(table) == {500: "the row has a value in column 3, which has no name"}
    assert rows_of(table)[500] == {"a": 3, "b": 4}


# Rows that are none.


@pytest.mark.parametrize("types", [None, "texts"])
@pytest.mark.parametrize("columns", [None, ["b"], ["c", "a"]])
def test_a_header_among_the_rows_is_named_whichever_columns_are_read(opened, types, columns):
    import pyarrow as pa

    table = opened("a,b,c\n1,b,x\na, b,c\n2,y,c\n")
    hints = None if types is None else dict.fromkeys("abc", pa.string())
    problem = "the row repeats the header, and is no transaction"
    assert problems_of(table, columns, hints) == {1: problem}
    row = rows_of(table, columns, hints)[0]
    assert row == {
        name: {"a": "1" if types else 1, "b": "b", "c": "x"}[name] for name in columns or "abc"
    }


@pytest.mark.parametrize("word", ["Total", "Summe:", "GESAMT", "Sum", "Totale", "合计"])
def test_totals_are_told_by_their_word(opened, word):
    table = opened(f"id;amount\n1;5\n2;6\n{word};11\n\n")
    assert list(problems_of(table)) == [2]
    assert f"a total ({word!r})" in problems_of(table)[2]
    assert columns_of(table)["id"] == [1, 2, None]


def test_totals_are_told_by_their_emptiness(opened):
    table = opened("id;day;amount;x;y\n" + "1;2024-01-01;5;a;b\n" * 5 + ";;25;;\n")
    assert problems_of(table) == {5: "the row is nearly empty, as a total is, and no transaction"}


def test_a_total_above_a_footer_is_told_too(opened):
    table = opened("id,amount,x\n1,5,a\n2,6,b\nTotal,11,\nwritten by us\n")
    assert problems_of(table) == {
        2: "the row is a total ('Total'), and no transaction",
        3: "the row has 1 values where the header has 3",
    }


def test_a_word_that_other_rows_have_too_is_no_total(opened):
    assert problems_of(opened("kind,amount\ntotal,1\npart,2\ntotal,3\n")) == {}


def test_a_last_row_with_gaps_like_others_is_no_total(opened):
    assert problems_of(opened("a,b,c,d,e\n1,2,3,4,5\n,,1,,\n1,,,,\n,,2,,\n")) == {}
