root <<< "ALTER DATABASE $coming COMMENT = '__WHOLE_MARK__'"
