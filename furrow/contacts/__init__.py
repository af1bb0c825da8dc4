"""Contacts 通讯录 (P1.4): people at customers; what is known about one of them (Mackay 66, P1.5) with its privacy rules; birthdays (P7.4)."""
